/** What the stack tells the tests that it runs. Throws outside of it. */
export function urlOf(name: string): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: run inside npm run stack -- …`);
  return url;
}
