// Runs one of the project's TypeScript files: node app/cli/run.mjs <file> [arguments]. Installs what is missing first.
import { prepare, run, stop, typeScript } from "./prepare.mjs";

const [file, ...args] = process.argv.slice(2);
if (file === undefined) stop("Which file? node app/cli/run.mjs <file.ts> [arguments]");
await prepare(import.meta.url);
process.exit(await run(process.execPath, typeScript(file, args)));
