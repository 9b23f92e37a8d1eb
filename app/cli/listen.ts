/** Prints where the console is to listen, as JSON; or every problem of the configuration, and exits 1. For start.mjs,
 * so that a wrong file is said before a minute is spent on a build. */
import { readCurrent } from "@/lib/config/current";

const found = readCurrent(process.env, process.cwd());
if (found.ok) {
  const { listen, file } = found.current;
  process.stdout.write(JSON.stringify({ ...listen, file }));
} else {
  process.stderr.write(found.text);
  process.exitCode = 1;
}
