import postgres from "postgres";
import { Pool } from "tarn";
import { isConnectionLost } from "./errors";

type Types = Record<string, postgres.PostgresType>;
type Client = {
  readonly own: postgres.Sql;
  readonly guarded: postgres.Sql;
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
 * The driver by itself (3.4.9; its issues 1199, 1208 and 1216) puts a transaction's lost connection back to work: later
 * statements wait for ever, statements of the dead transaction run inside the next one, and a write to the closed socket
 * throws outside of every promise. So a transaction or reservation here has a client of its own with one connection;
 * once that is lost, the client refuses every statement with CONNECTION_CLOSED and is thrown away. Single statements
 * go to a shared client, which is replaced when it loses a connection.
 *
 * With `announcements`, what a transaction announces on that channel is heard in this process before its commit returns.
 * `options.max` bounds each of the two kinds. Waiting 10 s for a transaction's connection in vain is CONNECT_TIMEOUT.
 */
export function openPostgres<T extends Types = Record<string, never>>(
  url: string,
  options: postgres.Options<T>,
  announcements?: Announcements,
): ReturnType<typeof postgres<T>> {
  const plain = { ...options, max_lifetime: null } as postgres.Options<Types>;
  const clients = new Pool<Client>({
    create: async () => openClient(url, announcements ? { ...plain, ...hearing(announcements.hear) } : plain),
    validate: (client) => !client.isLost,
    destroy: (client) => client.own.end({ timeout: 1 }),
    min: 0,
    max: options.max ?? 10,
    acquireTimeoutMillis: ACQUIRE_MS,
    idleTimeoutMillis: IDLE_MS,
  });
  let shared = openShared();
  const listener = postgres(url, plain);
  let isEnding = false;

  function openShared(): postgres.Sql {
    const sql: postgres.Sql = postgres(url, {
      ...plain,
      onclose: () => {
        if (isEnding || sql !== shared) return;
        shared = openShared();
        void sql.end({ timeout: 5 });
      },
    });
    return sql;
  }

  async function acquire(): Promise<Client> {
    let client: Client;
    try {
      client = await clients.acquire().promise;
    } catch (cause) {
      throw connectionError("CONNECT_TIMEOUT", "No database connection became free in time", cause);
    }
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
      release: () => void clients.release(client),
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
      clients.release(client);
    }
  }

  async function end(endOptions?: { timeout?: number }): Promise<void> {
    isEnding = true;
    await Promise.all([clients.destroy(), shared.end(endOptions), listener.end(endOptions)]);
  }

  const own: Partial<postgres.Sql> = {
    reserve,
    begin,
    end,
    listen: listener.listen,
  } as Partial<postgres.Sql>;
  return new Proxy(shared, {
    apply: (_target, self, args) => Reflect.apply(shared, self, args),
    get: (_target, key) => Reflect.get(key in own ? own : shared, key),
  }) as never;
}

function openClient(url: string, options: postgres.Options<Types>): Client {
  const own = postgres(url, {
    ...options,
    max: 1,
    idle_timeout: undefined,
    onclose: () => {
      client.isLost = true;
    },
  });
  const client: Client = { own, isLost: false, isListening: false, guarded: own };
  return Object.assign(client, { guarded: guard(client) });
}

/** The same client, but once its connection is lost it never opens another: that one would be outside the transaction. */
function guard(client: Client): postgres.Sql {
  const refuseWhenLost = () => {
    if (client.isLost) throw connectionError("CONNECTION_CLOSED", "The database connection was lost");
  };
  // The driver rejects a statement a moment before it knows its connection as closed, and in between takes others.
  const watch = <Q>(made: Q): Q => {
    if (!(made instanceof Promise) || !("reject" in made)) return made;
    const { reject } = made as unknown as { reject: (error: unknown) => void };
    return Object.assign(made, {
      reject(error: unknown) {
        if (isConnectionLost(error)) client.isLost = true;
        reject(error);
      },
    });
  };
  return new Proxy(client.own, {
    apply(target, self, args) {
      refuseWhenLost();
      return watch(Reflect.apply(target, self, args));
    },
    get(target, key, receiver) {
      if (key !== "unsafe") return Reflect.get(target, key, receiver);
      refuseWhenLost();
      return (...args: Parameters<postgres.Sql["unsafe"]>) => watch(target.unsafe(...args));
    },
  });
}

function connectionError(code: string, message: string, cause?: unknown): Error {
  return Object.assign(new Error(message, { cause }), { code });
}

/** The driver's option for announcements on a client's own connections, which its types leave out. */
export function hearing(hear: (text: string) => void): object {
  return { onnotify: (_channel: string, text: string) => hear(text) };
}
