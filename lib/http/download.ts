import { loginPath } from "@/lib/auth/rules";
import { currentPrincipal, type SignedIn } from "@/lib/auth/session";
import type { AppRole } from "@/lib/db/database.gen";
import { AppError } from "@/lib/errors";
import { errorFacts, log } from "@/lib/log";
import { httpStatus } from "./status";

/** A file to save: its name, its MIME type and what is in it. */
export type Download = {
  readonly name: string;
  readonly type: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
};

/**
 * Answers a link to a file for signed-in people with one of the roles. A signed-out visitor goes to the sign-in page
 * and comes back; for another role, and when `read` gives null, the file does not exist.
 */
export async function download(
  request: Request,
  roles: readonly AppRole[],
  read: (principal: SignedIn) => Promise<Download | null>,
): Promise<Response> {
  try {
    const principal = await currentPrincipal();
    if (!principal) {
      const { pathname, search } = new URL(request.url);
      return new Response(null, { status: 303, headers: { location: loginPath(`${pathname}${search}`) } });
    }
    const file = roles.includes(principal.role) ? await read(principal) : null;
    if (!file) return plain(404, "This file does not exist, or it belongs to another account.");
    return new Response(file.body, {
      headers: {
        "content-type": file.type,
        "content-disposition": `attachment; filename="${file.name}"`,
        "cache-control": "private, no-store",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    if (error instanceof AppError) return plain(httpStatus[error.code], error.userMessage);
    log("error", "download", errorFacts(error));
    return plain(500, "The file could not be made. Please try again in a moment.");
  }
}

function plain(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { "content-type": "text/plain; charset=utf-8" } });
}
