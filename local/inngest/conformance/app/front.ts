import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { z } from "zod";
import type { Journal } from "./journal";

/**
 * What shall go wrong with the next calls of a function, before or after the SDK has seen them:
 * `reply`, a proxy's page in place of the app's answer; `reset`, the connection breaks off; `unsigned`, the answer
 * loses its signature; `arriving` and `answered`, the call (or its answer) is held until the test opens the gate.
 */
const faultSchema = z.object({
  fn: z.string(),
  kind: z.enum(["reply", "reset", "unsigned", "arriving", "answered"]),
  times: z.number().int().positive().default(1),
  gate: z.string().optional(),
  status: z.number().int().optional(),
  type: z.string().optional(),
  body: z.string().optional(),
});
export type Fault = z.input<typeof faultSchema>;

/** Stands before the SDK's handler as a proxy would, and does what `POST /faults` asked for. */
export function frontOf(handler: RequestListener, journal: Journal): RequestListener {
  const faults: z.infer<typeof faultSchema>[] = [];

  const takeFault = (fn: string) => {
    const fault = faults.find((candidate) => candidate.times > 0 && fn.endsWith(`-${candidate.fn}`));
    if (fault) fault.times -= 1;
    return fault;
  };

  return async (request, response) => {
    const url = new URL(request.url ?? "/", "http://app");
    if (url.pathname === "/faults") {
      faults.push(faultSchema.parse(JSON.parse(await readBody(request))));
      response.end();
      return;
    }
    const fault = request.method === "POST" ? takeFault(url.searchParams.get("fnId") ?? "") : undefined;
    switch (fault?.kind) {
      case "reply":
        response.writeHead(fault.status ?? 200, { "content-type": fault.type ?? "text/plain" });
        response.end(fault.body ?? "");
        break;
      case "reset":
        request.socket.destroy();
        break;
      case "arriving": {
        // The body waits in the socket meanwhile. A caller that is dead by then gets no answer, and no step runs.
        request.socket.once("close", () => void journal.note(`${fault.gate}/gone`));
        await journal.note(`${fault.gate}/arrived`);
        await journal.gate(fault.gate ?? "");
        if (!request.socket.destroyed && !request.socket.writableEnded) await handler(request, response);
        break;
      }
      case "answered":
        holdAnswer(response, journal, fault.gate ?? "");
        await handler(request, response);
        break;
      case "unsigned":
        dropSignature(response);
        await handler(request, response);
        break;
      default:
        await handler(request, response);
    }
    if (fault) await journal.note(`fault/${fault.fn}/${fault.kind}`);
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function holdAnswer(response: ServerResponse, journal: Journal, gate: string): void {
  const end = response.end.bind(response) as (body?: string) => ServerResponse;
  response.end = ((body?: string) => {
    void journal
      .note(`${gate}/answering`)
      .then(() => journal.gate(gate))
      .then(() => end(body))
      .then(() => journal.note(`${gate}/answered`));
    return response;
  }) as ServerResponse["end"];
}

function dropSignature(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => ServerResponse;
  response.writeHead = ((status: number, headers: Record<string, string>) => {
    const kept = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "x-inngest-signature");
    return writeHead(status, Object.fromEntries(kept));
  }) as ServerResponse["writeHead"];
}
