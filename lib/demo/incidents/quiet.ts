/** Nothing is wrong: an ordinary afternoon, with the few failures there always are. */
import type { Incident } from "@/lib/demo/script";

export const quiet: Incident = { name: "quiet", story: "Nothing is wrong.", script: [] };
