/** The academy's mark: a cedar whose trunk is an eighth note in gold. Decoration; the name stands beside it. */
export function CedarMark({ size = 36 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <g fill="var(--cedar)">
        <path d="M24 3c2.2 4.6 5 8.3 9.2 11.2-2 .9-3.7 1.2-5.6 1.1 2.6 3.7 5.9 6.6 10.3 8.9-2.5 1-4.8 1.3-7.3 1 2.9 3.3 6.5 5.9 11.4 8-11.6 4.2-24.4 4.2-36 0 4.9-2.1 8.5-4.7 11.4-8-2.5.3-4.8 0-7.3-1 4.4-2.3 7.7-5.2 10.3-8.9-1.9.1-3.6-.2-5.6-1.1C19 11.3 21.8 7.6 24 3Z" />
      </g>
      <path d="M25.2 40V17.5" stroke="var(--gold)" strokeWidth="2.6" strokeLinecap="round" />
      <path
        d="M25.2 17.5c.5 4.3 5.8 5.2 6.3 10.3.2 1.7-.2 3-.9 4.2"
        fill="none"
        stroke="var(--gold)"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
      <ellipse cx="21.2" cy="41" rx="5.4" ry="4" transform="rotate(-20 21.2 41)" fill="var(--gold)" />
    </svg>
  );
}
