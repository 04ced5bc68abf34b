import { holdForVisitor, holdRequest, publicHold } from "@/lib/enrollment/public-hold";
import { route } from "@/lib/http/route";

export const dynamic = "force-dynamic";

/** Holds a time for the minutes that a family needs to enroll, for anybody. */
export const POST = route(
  {
    name: "public.holds",
    auth: "public",
    rateLimit: { most: 600, seconds: 300 },
    body: holdRequest,
    response: publicHold,
  },
  async ({ body, place }) => ({
    status: 201,
    data: await holdForVisitor(body, place),
    message: "The time is held.",
  }),
);
