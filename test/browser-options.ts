/** What all browser tests share; unpacks the browser once, before workers start. */
import { browserArguments, findBrowser } from "./browser";

export async function browserOptions() {
  const executablePath = await findBrowser();
  if (executablePath === undefined)
    throw new Error("No Chromium: set CHROMIUM_PATH, or install the packages of package-lock.json.");
  return {
    viewport: { width: 1440, height: 900 },
    colorScheme: "light" as const,
    trace: "retain-on-failure" as const,
    launchOptions: { executablePath, args: [...browserArguments] },
  };
}
