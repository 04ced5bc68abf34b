import { randomUUID } from "node:crypto";
import { type IncomingMessage, Server, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gunzip, gzip } from "node:zlib";
import { sessionCookie } from "@/lib/auth/session-cookie";
import { errorFacts, log } from "@/lib/log";
import { publicCache, type StoredPage } from "@/lib/scheduling/public-cache";

/** Pages with open times, and the parameters that they read. Addresses with others are rendered for each request. */
const pages: readonly (readonly [path: RegExp, parameters: readonly string[]])[] = [
  [/^\/$/, []],
  [/^\/timeslots$/, ["instrument", "teacher", "minutes", "weekday", "week", "every"]],
  [/^\/(?:lessons|teachers)\/[a-z0-9-]{1,60}$/, []],
];
/** Characters of an address. */
const LONGEST = 200;
const WAIT_MS = 15_000;

/** The header of the cache's own requests; nobody else knows its value. */
const OWN = "x-page-for-cache";
const secret = randomUUID();

/** Of what the server says about a page, what does not belong to one connection. */
const KEPT_HEADERS = ["content-type", "cache-control", "vary", "link", "location"];

const compress = { gzip: promisify(gzip), brotli: promisify(brotliCompress), open: promisify(gunzip) };

const holder = globalThis as typeof globalThis & { cedarPagesAreServed?: true };

/**
 * From now on public pages for visitors who are not signed in come from the cache, before Next hears of the request: its
 * own way to an answer takes about a millisecond of the processor, whatever the answer is. See docs/decisions/0010.
 */
export function serveStoredPages(): void {
  if (holder.cedarPagesAreServed) return;
  holder.cedarPagesAreServed = true;
  const cookie = `${sessionCookie().name}=`;
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (this: Server, event: string | symbol, ...args: unknown[]): boolean {
    const goOn = () => Reflect.apply(emit, this, [event, ...args]) as boolean;
    if (event !== "request") return goOn();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    const key = storableAddress(request, cookie);
    if (!key) return goOn();
    const kept = publicCache()?.pages.peek(key);
    if (kept) void send(response, kept, request, "hit");
    else void makeAndSend(key, request, response, goOn);
    return true;
  };
}

/**
 * The address, when its page may come from the cache for whoever asks: a whole page, not a part that the router asks for,
 * and nobody who carries a session, living or not.
 */
export function storableAddress(
  { method, url = "", headers }: Pick<IncomingMessage, "method" | "url" | "headers">,
  cookie: string,
): string | null {
  if (method !== "GET" || url.length > LONGEST || headers.rsc !== undefined || headers[OWN] === secret)
    return null;
  if (headers.cookie?.includes(cookie)) return null;
  const [path = "", search = ""] = url.split("?", 2);
  const parameters = pages.find(([one]) => one.test(path))?.[1];
  if (!parameters) return null;
  return [...new URLSearchParams(search).keys()].every((name) => parameters.includes(name)) ? url : null;
}

/** Rendered once for all who ask at the same time; as usual when that is not possible. */
async function makeAndSend(
  key: string,
  request: IncomingMessage,
  response: ServerResponse,
  goOn: () => boolean,
): Promise<void> {
  let page: StoredPage | undefined;
  try {
    page = await publicCache()?.pages.get(key, () => render(key, request));
  } catch (error) {
    log("warn", "page_cache.not_rendered", errorFacts(error));
  }
  if (page) await send(response, page, request, "made");
  else goOn();
}

/**
 * Asks this server for a page as nobody in particular: without the cookies and headers of whoever asks, so nothing of
 * theirs can be in it.
 */
async function render(address: string, { socket }: IncomingMessage): Promise<StoredPage> {
  const host = socket.localAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${socket.localPort}`;
  const response = await fetch(`${origin}${address}`, {
    headers: { [OWN]: secret, accept: "text/html", "accept-encoding": "identity" },
    redirect: "manual",
    signal: AbortSignal.timeout(WAIT_MS),
  });
  if (response.headers.has("set-cookie")) throw new Error("a public page sets a cookie");
  const body = Buffer.from(await response.arrayBuffer());
  const [zipped, smaller] = await Promise.all([
    compress.gzip(body, { level: 6 }),
    compress.brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  ]);
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: kept, gzip: zipped, brotli: smaller };
}

async function send(
  response: ServerResponse,
  page: StoredPage,
  { headers }: IncomingMessage,
  how: "hit" | "made",
): Promise<void> {
  const accepted = String(headers["accept-encoding"] ?? "");
  const encoding = /\bbr\b/.test(accepted) ? "br" : /\bgzip\b/.test(accepted) ? "gzip" : null;
  const body = encoding === "br" ? page.brotli : encoding ? page.gzip : await compress.open(page.gzip);
  for (const [name, value] of page.headers) response.setHeader(name, value);
  response.appendHeader("vary", "accept-encoding");
  if (encoding) response.setHeader("content-encoding", encoding);
  response.setHeader("content-length", body.length);
  response.setHeader("x-page-cache", how);
  response.writeHead(page.status).end(body);
}
