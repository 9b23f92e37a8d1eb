// node app/cli/run.mjs <file.ts> …: runs one of the project's TypeScript files, installing what is missing first.
import { prepare, run, stop, typeScript } from "./prepare.mjs";

const [file, ...args] = process.argv.slice(2);
if (!file) stop("Which file? node app/cli/run.mjs <file.ts> …");
await prepare(import.meta.url);
process.exit(await run(process.execPath, typeScript(file, args)));
