"use client";

import styles from "./calendar-grid.module.css";
import type { PlaceVerdict } from "./use-place-check";

/** Beside the pointer: whether what is dragged may be dropped here, and why not. The same is said aloud elsewhere. */
export function PlaceTag({ verdict, at }: { verdict: PlaceVerdict; at: { x: number; y: number } }) {
  const isRight = at.x > window.innerWidth / 2;
  return (
    <div
      aria-hidden="true"
      className={styles.tag}
      data-state={verdict.state}
      style={{
        top: at.y + 14,
        ...(isRight ? { right: window.innerWidth - at.x + 14 } : { left: at.x + 14 }),
      }}
    >
      {verdict.words}
    </div>
  );
}
