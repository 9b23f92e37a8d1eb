/** Properties explore anew on a developer's machine; where a run decides, it must be repeatable. */
import fc from "fast-check";

if (process.env.CI) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_261_121 });
