// The same for tests and their workers as for the command line.
import "../app/cli/ts-hooks.mjs";
