import type { ReactNode } from "react";
import styles from "./instrument-art.module.css";

const bowedBody =
  "M32 24c-5 0-8.5 2.6-8.5 6.4 0 3 2 4.4 2 6.6 0 2.8-4.5 4.3-4.5 10C21 53.3 25.5 57 32 57s11-3.7 11-10c0-5.7-4.5-7.2-4.5-10 0-2.2 2-3.6 2-6.6 0-3.8-3.5-6.4-8.5-6.400Z";
const pluckedBody =
  "M32 28c-6 0-9.5 3-9.5 7 0 3.2-3.5 5-3.5 10.500C19 52.5 24.5 57 32 57s13-4.5 13-11.500c0-5.5-3.5-7.3-3.5-10.5 0-4-3.5-7-9.5-7Z";

/** One drawing an instrument, on a square of 64; stroke, fill and gold come from the stylesheet. */
const drawings: Record<string, ReactNode> = {
  piano: (
    <>
      <path d="M10 14h44a3 3 0 0 1 3 3v8H7v-8a3 3 0 0 1 3-3Z" />
      <path d="M7 25h50v21a3 3 0 0 1-3 3H10a3 3 0 0 1-3-3Z" />
      <path data-part="gold-line" d="M13 19.500h38" />
      <path data-part="line" d="M15.3 38v11M23.7 38v11M32 25v24M40.3 38v11M48.7 38v11" />
      <path
        data-part="dark"
        d="M13 25h4.600v13H13zM21.4 25H26v13h-4.600zM38 25h4.600v13H38zM46.4 25H51v13h-4.600z"
      />
    </>
  ),
  violin: (
    <g transform="rotate(38 32 32)">
      <path d="M30.5 7h3v18h-3z" data-part="dark" />
      <circle cx="32" cy="5.5" r="2.6" data-part="accent" />
      <path data-part="line" d="M27.5 9.500h2M27.5 13h2M34.5 11h2M34.5 14.500h2" />
      <path d={bowedBody} />
      <path data-part="thin" d="M31 25v25M33 25v25" />
      <path data-part="line" d="M28.5 43h7" />
      <path data-part="thin" d="M26.6 37.500c1.4 1.5-1.4 5 0 7M37.4 37.500c-1.4 1.5 1.4 5 0 7" />
      <path data-part="accent" d="M30.5 49.500h3l.8 5h-4.600z" />
    </g>
  ),
  cello: (
    <>
      <g transform="translate(-4 -1)">
        <path data-part="line" d="M32 57v6" />
        <path d="M30.5 8h3v17h-3z" data-part="dark" />
        <circle cx="32" cy="6.5" r="2.6" data-part="accent" />
        <path data-part="line" d="M27 11h2.500M34.5 13h2.5" />
        <path d={bowedBody} transform="translate(-6.4 -8.5) scale(1.2 1.150)" />
        <path data-part="thin" d="M31 25v26M33 25v26" />
        <path data-part="line" d="M27.5 44h9" />
        <path data-part="thin" d="M25.6 38c1.6 2-1.6 6 0 8M38.4 38c-1.6 2 1.6 6 0 8" />
        <path data-part="accent" d="M30.3 50.500h3.400l.9 5.500h-5.200z" />
      </g>
      <path data-part="gold-line" d="M53.5 12v41" />
      <path data-part="thin" d="M53.5 10c3 4 3 41 0 45" />
    </>
  ),
  guitar: (
    <g transform="rotate(38 32 32)">
      <path d="M30 4.500h4l1 7h-6z" data-part="accent" />
      <path d="M30.3 11.500h3.400V31h-3.400z" data-part="dark" />
      <path d={pluckedBody} transform="translate(-6.4 -6) scale(1.2 1.120)" />
      <circle cx="32" cy="40" r="4.2" data-part="accent" />
      <path data-part="line" d="M27.5 51.500h9" />
      <path data-part="thin" d="M31 27v24M33 27v24" />
    </g>
  ),
  ukulele: (
    <g transform="rotate(38 32 32)">
      <path d="M29.5 12h5l.8 6h-6.600z" data-part="accent" />
      <path data-part="line" d="M27 14h1.500M27 17h1.500M35.5 14H37M35.5 17H37" />
      <path d="M30.3 18h3.400v14h-3.400z" data-part="dark" />
      <path d={pluckedBody} />
      <circle cx="32" cy="42" r="3.4" data-part="accent" />
      <path data-part="line" d="M28.5 51h7" />
    </g>
  ),
  bass: (
    <g transform="rotate(38 32 32)">
      <path d="M30 1.500h4.500l.5 8h-5z" data-part="accent" />
      <path data-part="line" d="M26.5 3.500H29M26.5 7H29" />
      <path d="M30.5 9.500h3V40h-3z" data-part="dark" />
      <path d="M21.5 33c-.5-3 3-3.5 5-1 1.5 2 2.5 4 5.5 4s4-1.5 5.5-4c1.5-2.3 5-1.5 4.5 1.5-.5 3-2.5 4.5-2 7.5.5 3.5 4 5 4 10 0 5-5 8-12 8s-12-3.5-12-8.500c0-4.5 3.5-6.5 4-9.5.4-3-2-5-2.5-8Z" />
      <path data-part="line" d="M27.5 44.500h9M27.5 53.500h9" />
      <path data-part="thin" d="M31 40v13M33 40v13" />
    </g>
  ),
  drums: (
    <>
      <path data-part="line" d="M12 19v34M6 55l6-6 6 6" />
      <path data-part="gold-line" d="M4 20.5 20 15.5" />
      <path d="M22 20h11v9a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2Z" />
      <path d="M37 20h11v9a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2Z" />
      <path data-part="line" d="M22 23.500h11M37 23.500h11" />
      <circle cx="35" cy="44" r="14" />
      <circle cx="35" cy="44" r="9.5" data-part="thin" />
      <circle cx="35" cy="44" r="3" data-part="accent" />
      <path d="M51 42h10v6H51z" />
      <path data-part="line" d="M53 48l-2 9M59 48l2 9" />
      <path data-part="line" d="m43 6-6 11M60 9 46 17" />
    </>
  ),
  voice: (
    <>
      <g transform="rotate(40 30 32)">
        <path d="M26.5 27h7l-1.8 26a1.7 1.7 0 0 1-3.4 0Z" />
        <circle cx="30" cy="17" r="9.5" />
        <path d="M21 26h18v3.600H21z" data-part="accent" />
        <path data-part="thin" d="M23 12.500h14M21 17h18M23 21.500h14M26 9.500v15M30 8v17M34 9.500v15" />
      </g>
      <path data-part="gold-line" d="M50.5 25c3 4.5 3 9.5 0 14M56.5 20.500c5 7.3 5 15.7 0 23" />
    </>
  ),
  flute: (
    <g transform="rotate(-38 32 32)">
      <rect x="0" y="29" width="64" height="6" rx="2.5" />
      <path data-part="line" d="M17 29v6M47 29v6" />
      <ellipse cx="9.5" cy="29.5" rx="4.5" ry="2.6" data-part="accent" />
      <circle cx="23" cy="32" r="2" data-part="dark" />
      <circle cx="29" cy="32" r="2" data-part="dark" />
      <circle cx="35" cy="32" r="2" data-part="dark" />
      <circle cx="41" cy="32" r="2" data-part="dark" />
      <circle cx="52" cy="32" r="1.6" data-part="dark" />
      <circle cx="57" cy="32" r="1.6" data-part="dark" />
      <path data-part="line" d="M20 26.500h14M38 37.500h10" />
    </g>
  ),
  clarinet: (
    <g transform="rotate(38 32 32)">
      <path d="M30.6 1h2.800l1.1 8h-5z" data-part="accent" />
      <path d="M29 9h6v40h-6z" />
      <path d="M29 49h6l5 10.500c-4.5 1.8-11.5 1.8-16 0Z" />
      <path data-part="line" d="M29 16h6M29 32h6" />
      <circle cx="32" cy="20.5" r="1.7" data-part="dark" />
      <circle cx="32" cy="26" r="1.7" data-part="dark" />
      <circle cx="32" cy="37" r="1.7" data-part="dark" />
      <circle cx="32" cy="43" r="1.7" data-part="dark" />
      <path data-part="line" d="M38 22v8M26 38v8" />
      <path data-part="gold-line" d="M25 58.500c4.5 1.4 9.5 1.4 14 0" />
    </g>
  ),
  saxophone: (
    <>
      <path d="M24.5 11.5 31 15l-2.5 28c-.2 3 1.3 5 4 5s4.5-1.8 4.8-5l.7-9 13-3.5-2 15C48 55 41 60 33 60c-8.5 0-14-6-13.4-14.500Z" />
      <path data-part="line" d="M28 13c-.5-5-3.5-7.5-8-6.500L13.5 8" />
      <path data-part="accent" d="M8 8.5 14 6v4.200l-5 1.300z" />
      <path data-part="gold-line" d="M38 34.5 51 31" />
      <circle cx="26.5" cy="21" r="1.9" data-part="dark" />
      <circle cx="25.8" cy="28" r="1.9" data-part="dark" />
      <circle cx="25" cy="35" r="1.9" data-part="dark" />
      <circle cx="24.5" cy="42" r="1.9" data-part="dark" />
      <circle cx="43.5" cy="45" r="2.6" data-part="line" />
    </>
  ),
  trumpet: (
    <>
      <path d="M44 26.500c6-.5 10-3 13.5-8.500v27C54 39.5 50 37 44 36.500Z" />
      <path data-part="gold-line" d="M58 17.500v28" />
      <rect x="14" y="29" width="31" height="5" rx="1.5" />
      <path data-part="line" d="M14 34v4c0 4 2 6 6 6h20c4 0 6-2 6-6v-1.5" />
      <path d="M22.5 21h5v26h-5zM29.5 21h5v26h-5zM36.5 21h5v26h-5z" />
      <path data-part="accent" d="M22 15.500h6v3h-6zM29 15.500h6v3h-6zM36 15.500h6v3h-6z" />
      <path data-part="line" d="M25 18.500V21M32 18.500V21M39 18.500V21M14 31.500H8" />
      <path data-part="dark" d="M4.5 29 8 30.500v2L4.5 34z" />
    </>
  ),
};

const note = (
  <>
    <path data-part="line" d="M26 47V14l22-5v32" />
    <ellipse cx="19.5" cy="47.5" rx="7" ry="5.5" data-part="accent" />
    <ellipse cx="41.5" cy="41.5" rx="7" ry="5.5" data-part="accent" />
    <path data-part="line" d="m26 22 22-5" />
  </>
);

/**
 * The drawing of an instrument by its slug; one that was added later and has no drawing yet gets two notes.
 * Decoration: the instrument's name always stands beside it.
 */
export function InstrumentArt({ slug, size = 64 }: { slug: string; size?: number }) {
  return (
    <svg className={styles.art} width={size} height={size} viewBox="0 0 64 64" aria-hidden="true">
      {drawings[slug] ?? note}
    </svg>
  );
}
