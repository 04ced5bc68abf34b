import postgres from "postgres";
import { Pool } from "tarn";
import { isConnectionLost } from "./errors";

type Types = Record<string, postgres.PostgresType>;
/** What the driver's statements have beside what their types show. */
type Statement = postgres.PendingQuery<postgres.Row[]> & {
  handler: (statement: Statement) => void;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
};
/** One connection, for one transaction, reservation or single statement at a time. */
type Client = {
  readonly own: postgres.Sql;
  readonly guarded: postgres.Sql;
  readonly unanswered: Set<Statement>;
  isLost: boolean;
  isListening: boolean;
};
/** A channel whose announcements a transaction's own connection hears before its commit is answered. */
type Announcements = { readonly channel: string; readonly hear: (text: string) => void };

const ACQUIRE_MS = 10_000;
const IDLE_MS = 60_000;

/**
 * Opens a pool of postgres.js whose connections may die at any moment.
 *
 * The driver by itself (3.4.9; its issues 1199, 1208 and 1216) puts a lost connection back to work: statements wait for
 * ever, get the answer of another one, or run inside the next transaction, and a write to the closed socket throws
 * outside of every promise. So each connection here is a client of its own; once it is lost, the client rejects what is
 * unanswered and every further statement with CONNECTION_CLOSED, and is thrown away.
 *
 * With `announcements`, what a transaction announces on that channel is heard in this process before its commit returns.
 * `options.max` bounds the connections of transactions and reservations, and those of single statements. Waiting 10 s
 * for one in vain is CONNECT_TIMEOUT.
 */
export function openPostgres<T extends Types = Record<string, never>>(
  url: string,
  options: postgres.Options<T>,
  announcements?: Announcements,
): ReturnType<typeof postgres<T>> {
  const plain = { ...options, max_lifetime: null } as postgres.Options<Types>;
  /** Makes statements, which connections of the pools carry out, and listens. */
  const maker = postgres(url, plain);
  const known = { ...maker.options, ...(announcements ? hearing(announcements.hear) : {}) };
  let typesRead: Promise<unknown> | undefined;
  const openPool = () =>
    new Pool<Client>({
      create: async () => {
        typesRead ??= readTypes(known).catch((error: unknown) => {
          typesRead = undefined;
          throw error;
        });
        await typesRead;
        return openClient(known);
      },
      validate: (client) => !client.isLost,
      destroy: (client) => client.own.end({ timeout: 1 }),
      min: 0,
      max: options.max ?? 10,
      acquireTimeoutMillis: ACQUIRE_MS,
      idleTimeoutMillis: IDLE_MS,
    });
  const transactions = openPool();
  const singles = openPool();

  async function acquire(): Promise<Client> {
    const client = await take(transactions);
    if (announcements && !client.isListening) {
      client.isListening = true;
      // Sent together with what follows; when it fails, so does that.
      client.own`listen ${client.own(announcements.channel)}`.catch(() => undefined);
    }
    return client;
  }

  async function reserve(): Promise<postgres.ReservedSql> {
    const client = await acquire();
    return Object.assign(client.guarded, {
      release: () => void transactions.release(client),
    }) as postgres.ReservedSql;
  }

  async function begin<R>(work: (sql: postgres.TransactionSql) => R | Promise<R>): Promise<R> {
    const client = await acquire();
    const sql = client.guarded;
    try {
      await sql`begin`;
      const value = await work(sql as unknown as postgres.TransactionSql);
      const { command } = await sql`commit`;
      // PostgreSQL answers the commit of a failed transaction with a rollback, and no error.
      if (command !== "COMMIT")
        throw new Error("A statement of the transaction had failed; it was rolled back");
      return value;
    } catch (error) {
      if (!client.isLost) await sql`rollback`.catch(() => undefined);
      throw error;
    } finally {
      transactions.release(client);
    }
  }

  async function carryOut(statement: Statement): Promise<void> {
    try {
      const client = await take(singles);
      send(client, statement, handlerOf(client.own), () => void singles.release(client));
    } catch (error) {
      statement.reject(error);
    }
  }

  async function end(endOptions?: { timeout?: number }): Promise<void> {
    await Promise.all([transactions.destroy(), singles.destroy(), maker.end(endOptions)]);
  }

  const sql = handOver(maker, (statement) => void carryOut(statement));
  const notify: postgres.Sql["notify"] = (channel, payload) =>
    sql`select pg_notify(${channel}, ${payload})` as ReturnType<postgres.Sql["notify"]>;
  return Object.assign(sql, { reserve, begin, end, notify }) as never;
}

async function take(clients: Pool<Client>): Promise<Client> {
  try {
    return await clients.acquire().promise;
  } catch (cause) {
    if (isConnectionLost(cause)) throw cause;
    throw connectionError("CONNECT_TIMEOUT", "No database connection became free in time", cause);
  }
}

/** Another client of the same options, which are read already; what is known of types is shared. */
const openAlike = (known: postgres.Sql["options"], differing: object): postgres.Sql =>
  postgres({ ...known, max: 1, idle_timeout: null, ...differing } as never);

/** Reads how arrays are written, once: a connection that was lost while it reads throws outside of every promise. */
async function readTypes(known: postgres.Sql["options"]): Promise<void> {
  const sql = openAlike(known, { fetch_types: true });
  try {
    await sql`select`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

function openClient(known: postgres.Sql["options"]): Client {
  const own = openAlike(known, {
    fetch_types: false,
    onclose: () => {
      client.isLost = true;
      // The driver forgets what it took between a socket's error and its end.
      for (const statement of client.unanswered) statement.reject(connectionLost());
    },
  });
  const client: Client = { own, isLost: false, isListening: false, guarded: own, unanswered: new Set() };
  const sendOn = handlerOf(own);
  return Object.assign(client, { guarded: handOver(own, (statement) => send(client, statement, sendOn)) });
}

/**
 * Sends a statement on a client's connection; on a lost one never: the driver would open another, outside of the
 * transaction.
 */
function send(
  client: Client,
  statement: Statement,
  sendOn: Statement["handler"],
  onAnswered: () => void = () => undefined,
): void {
  const { resolve, reject } = statement;
  const answered = () => {
    if (client.unanswered.delete(statement)) onAnswered();
  };
  client.unanswered.add(statement);
  Object.assign(statement, {
    resolve(value: unknown) {
      answered();
      resolve(value);
    },
    reject(error: unknown) {
      // The driver rejects a statement a moment before it knows its connection as closed, and in between takes others.
      if (isConnectionLost(error)) client.isLost = true;
      answered();
      reject(error);
    },
  });
  if (client.isLost) statement.reject(connectionLost());
  else sendOn(statement);
}

/** The same `sql`, whose statements are handed to `carryOut` once they are awaited; a part of another one never is. */
function handOver(sql: postgres.Sql, carryOut: Statement["handler"]): postgres.Sql {
  const handed = <Q>(made: Q): Q =>
    made instanceof Promise && "handler" in made ? Object.assign(made, { handler: carryOut }) : made;
  const own = new Map<PropertyKey, unknown>([
    ["unsafe", (...args: Parameters<postgres.Sql["unsafe"]>) => handed(sql.unsafe(...args))],
  ]);
  return new Proxy(sql, {
    apply: (target, self, args) => handed(Reflect.apply(target, self, args)),
    get: (target, key) => (own.has(key) ? own.get(key) : Reflect.get(target, key)),
    set: (_target, key, value) => {
      own.set(key, value);
      return true;
    },
  });
}

/** How the driver's own statements reach its connections. */
function handlerOf(sql: postgres.Sql): Statement["handler"] {
  return (sql`` as unknown as Statement).handler;
}

const connectionLost = () => connectionError("CONNECTION_CLOSED", "The database connection was lost");

function connectionError(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

/** The driver's option for announcements on a client's own connections, which its types leave out. */
export function hearing(hear: (text: string) => void): object {
  return { onnotify: (_channel: string, text: string) => hear(text) };
}
