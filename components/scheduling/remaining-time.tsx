"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { remainingWords } from "@/lib/scheduling/waitlist-rules";

const SHOWN_EVERY_MS = 1000;

/**
 * How long something is still open. Counts from what the server said, so that a wrong clock at home does not matter; when
 * it is over the page is asked anew.
 */
export function RemainingTime({ msLeft }: { msLeft: number }) {
  const router = useRouter();
  const [left, setLeft] = useState(msLeft);
  useEffect(() => {
    const start = performance.now();
    const tick = setInterval(() => {
      const now = msLeft - (performance.now() - start);
      setLeft(now);
      if (now > 0) return;
      clearInterval(tick);
      router.refresh();
    }, SHOWN_EVERY_MS);
    return () => clearInterval(tick);
  }, [msLeft, router]);
  const words = remainingWords(new Date(left), new Date(0));
  return <>{words ? `${words} left` : "run out"}</>;
}
