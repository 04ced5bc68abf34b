import { keepDraftId } from "@/lib/enrollment/draft-cookie";
import { getDraft } from "@/lib/enrollment/drafts";
import { env } from "@/lib/env";

export const dynamic = "force-dynamic";

/**
 * Comes back to an unfinished enrollment, also in another browser: from the confirmation mail, after sign-in, or with a
 * time that was held by way of the API, which the address names for the form.
 */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const draft = await getDraft(searchParams.get("draft") ?? undefined);
  if (draft) await keepDraftId(draft.id);
  const path = !draft?.data.student ? "/enroll" : draft.hold ? "/enroll/review" : "/enroll/time";
  const url = new URL(path, env().SITE_URL);
  if (draft?.hold && path === "/enroll") {
    searchParams.delete("draft");
    url.search = searchParams.toString();
  }
  return Response.redirect(url, 303);
}
