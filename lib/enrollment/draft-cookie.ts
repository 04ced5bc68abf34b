import { cookies } from "next/headers";
import { env } from "@/lib/env";

const NAME = "cedar-enrollment";
const FOURTEEN_DAYS = 14 * 24 * 3600;

/** The id of the visitor's unfinished enrollment: a secret, readable by the server only. */
export async function readDraftId(): Promise<string | undefined> {
  return (await cookies()).get(NAME)?.value;
}

export async function keepDraftId(id: string): Promise<void> {
  (await cookies()).set(NAME, id, {
    httpOnly: true,
    sameSite: "lax",
    secure: env().SITE_URL.startsWith("https:"),
    path: "/",
    maxAge: FOURTEEN_DAYS,
  });
}

export async function forgetDraftId(): Promise<void> {
  (await cookies()).delete(NAME);
}
