import { answerFeed } from "@/lib/scheduling/feed-answer";

/** The address of a person's calendar feed, for calendar programs: no sign-in but the secret in it. */
export async function GET(request: Request, { params }: RouteContext<"/calendar/[token]">) {
  return answerFeed(request, (await params).token);
}
