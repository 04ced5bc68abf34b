import { route } from "@/lib/http/route";
import { checkConflicts, conflictCheck, conflictReport } from "@/lib/scheduling/check-conflicts";

export const dynamic = "force-dynamic";

/** Whether a lesson could be at a time, and what stands in the way. */
export const POST = route(
  {
    name: "lessons.check-conflicts",
    auth: ["admin", "teacher", "parent"],
    rateLimit: { most: 600, seconds: 60 },
    body: conflictCheck,
    response: conflictReport,
  },
  async ({ body, principal }) => ({ data: await checkConflicts(principal, body) }),
);
