import { serve } from "inngest/next";
import { inngest } from "@/inngest/client";
import { functions } from "@/inngest/functions/registry";
import { waitsNoted } from "@/inngest/waits";

export const dynamic = "force-dynamic";

/** The executor's door: signed requests only, checked by the SDK with INNGEST_SIGNING_KEY. */
const door = serve({ client: inngest, functions });
export const { GET, PUT } = door;

export async function POST(...request: Parameters<typeof door.POST>): Promise<Response> {
  const answer = await door.POST(...request);
  await waitsNoted();
  return answer;
}
