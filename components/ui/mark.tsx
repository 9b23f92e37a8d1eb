/** The mark: lanes, and the one line through all of them. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <g stroke="var(--muted)" strokeWidth="1.6" strokeLinecap="round">
        <path d="M1.5 6h5M13 6h5.5M1 10h5.5M13 10h4M3 14h3.5M13 14h5" />
      </g>
      <path d="M9.8 1v18" stroke="var(--throughline)" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
