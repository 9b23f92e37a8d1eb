/** The incidents of the demo, a row each: where it happens, what must be named, and who had no part in it. */
import type { DemoEnvironment } from "@/lib/demo/environment";
import { shopEnvironment } from "@/lib/demo/scenarios/shop-environments";

export type Row = {
  readonly name: string;
  readonly environment: DemoEnvironment;
  /** Services that have no part in it: deployed by chance, a few minutes before or after. */
  readonly bystanders: readonly string[];
  /** What one of the first two findings must name; `told`: what a service is called this time. */
  readonly conclusion: (told: (service: string) => string) => RegExp;
};

export const rows: readonly Row[] = [
  {
    name: "silent-handshake",
    environment: shopEnvironment,
    bystanders: ["assistant", "cart"],
    conclusion: (told) => new RegExp(`${told("payment")}.*(?:tls\\.handshake|9\\.2\\.0)`),
  },
];
