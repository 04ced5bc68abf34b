"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Notice } from "@/components/ui/notice";
import { StepList } from "@/components/ui/step-list";
import type { EnrollmentProgress } from "@/lib/enrollment/progress";

const SOON_MS = 700;
const LATER_MS = 5_000;
/** After so many quick looks the page looks less often and says that it may take a while. */
const QUICK_LOOKS = 40;

/** The workflow's steps, looked at again until the enrollment has come to rest; then the whole page is renewed. */
export function LiveProgress({ id, initial }: { id: string; initial: EnrollmentProgress }) {
  const router = useRouter();
  const [progress, setProgress] = useState(initial);
  const [looks, setLooks] = useState(0);
  const [lost, setLost] = useState(false);
  const resting =
    progress.settled || (progress.status === "provisional" && !progress.paid && looks > QUICK_LOOKS);

  useEffect(() => {
    if (progress.settled) return;
    const timer = setTimeout(
      async () => {
        try {
          const answer = await fetch(`/enroll/${id}/status`, { cache: "no-store" });
          if (!answer.ok) throw new Error(String(answer.status));
          const next: EnrollmentProgress = await answer.json();
          setLost(false);
          setProgress(next);
          if (next.settled || next.paid !== progress.paid || next.status !== progress.status)
            router.refresh();
        } catch {
          setLost(true);
        }
        setLooks((count) => count + 1);
      },
      looks < QUICK_LOOKS ? SOON_MS : LATER_MS,
    );
    return () => clearTimeout(timer);
  }, [id, looks, progress, router]);

  return (
    <>
      <StepList
        label="Progress of the enrollment"
        steps={progress.steps.map(({ detail, ...step }) => ({ ...step, ...(detail ? { detail } : {}) }))}
      />
      {lost && (
        <Notice tone="waiting" role="status">
          The connection is interrupted. Your enrollment goes on without this page; it shows again as soon as
          it can.
        </Notice>
      )}
      {!lost && progress.paid && !resting && looks > QUICK_LOOKS && (
        <Notice tone="waiting" role="status">
          This takes longer than usual. You may close the page: we finish it and write to you.
        </Notice>
      )}
    </>
  );
}
