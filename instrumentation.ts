/** Runs once when the server starts, before the first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { sayConfig, startWithConfig } = await import("@/lib/config/current");
  const { demo } = startWithConfig();
  if (demo) {
    const { openDemo } = await import("@/app/demo/open");
    await openDemo();
  }
  sayConfig();
}
