/** The page of another trace. */
export function traceLink(traceId: string, environment: string | null): string {
  const query = new URLSearchParams({ ...(environment === null ? {} : { environment }), lead: traceId });
  return `/investigate?${query}`;
}
