import { env } from "@/lib/env";
import { AppError } from "@/lib/errors";

const PATIENCE_MS = 5_000;
const CLOUD = "https://api.inngest.com";

/**
 * Has the executor end a run. One that it does not know (any more) is as good as ended. Safe to repeat. Throws
 * `unavailable` when the executor cannot be reached or does not do it.
 */
export async function cancelAtExecutor(runId: string): Promise<void> {
  const { INNGEST_API_BASE_URL, INNGEST_BASE_URL, INNGEST_SIGNING_KEY } = env();
  const url = new URL(
    `/v1/runs/${encodeURIComponent(runId)}`,
    INNGEST_API_BASE_URL ?? INNGEST_BASE_URL ?? CLOUD,
  );
  const answer = await fetch(url, {
    method: "DELETE",
    headers: { authorization: `Bearer ${INNGEST_SIGNING_KEY}` },
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch((cause: unknown) => {
    throw away("the executor does not answer", cause);
  });
  await answer.arrayBuffer();
  if (!answer.ok && answer.status !== 404) throw away(`the executor answered ${answer.status}`);
}

function away(message: string, cause?: unknown): AppError {
  return new AppError("unavailable", {
    message,
    cause,
    userMessage:
      "The executor of the workflows cannot be reached, so nothing was changed. Please try again soon.",
  });
}
