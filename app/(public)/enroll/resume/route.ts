import { keepDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

/** Comes back to an unfinished enrollment, also in another browser: from the confirmation mail or after sign-in. */
export async function GET(request: Request): Promise<Response> {
  const draft = await getDraft(new URL(request.url).searchParams.get("draft") ?? undefined);
  if (draft) await keepDraftId(draft.id);
  const path = !draft?.data.student ? "/enroll" : draft.hold ? "/enroll/review" : "/enroll/time";
  return Response.redirect(new URL(path, env().SITE_URL), 303);
}
