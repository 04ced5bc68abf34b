"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import styles from "./enroll.module.css";

/** How long the time is still held. Counts from what the server said, so a wrong clock at home does not matter. */
export function HoldTimer({ what, secondsLeft }: { what: string; secondsLeft: number }) {
  const router = useRouter();
  const [left, setLeft] = useState(secondsLeft);
  useEffect(() => {
    const start = performance.now();
    const tick = setInterval(() => {
      const now = Math.max(0, secondsLeft - Math.floor((performance.now() - start) / 1000));
      setLeft(now);
      if (now === 0) {
        clearInterval(tick);
        router.refresh();
      }
    }, 1000);
    return () => clearInterval(tick);
  }, [secondsLeft, router]);
  const minutes = Math.floor(left / 60);
  return (
    <p className={styles.hold}>
      <span>{what}</span>
      <strong>
        {left > 0 ? `held for ${minutes}:${String(left % 60).padStart(2, "0")} more` : "no longer held"}
      </strong>
    </p>
  );
}
