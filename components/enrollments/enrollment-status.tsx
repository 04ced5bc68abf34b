import { StatusBadge } from "@/components/ui/status-badge";
import type { EnrollmentStatus } from "@/lib/db/database.gen";
import { enrollmentStatusWords } from "./enrollment-wording";

/** Where an enrollment stands. A paid one that is still provisional waits for the academy, not for money. */
export function EnrollmentStatusBadge({
  status,
  isPaid = false,
}: {
  status: EnrollmentStatus;
  isPaid?: boolean;
}) {
  const { word, tone } = enrollmentStatusWords[status];
  return (
    <StatusBadge tone={tone}>
      {status === "provisional" && isPaid ? "Paid, being confirmed" : word}
    </StatusBadge>
  );
}
