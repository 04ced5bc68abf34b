import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { StackError } from "../stack/stack-error";

/** Numeric ids under which PostgreSQL runs. `undefined` where it simply runs as the present user. */
export interface SystemUser {
  name: string;
  uid: number;
  gid: number;
}

const existingAccounts = ["postgres", "nobody"];
const ownAccount = "cedarpg";

function findAccount(name: string): SystemUser | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  const account = { name, uid: Number(uid), gid: Number(gid) };
  return account.uid > 0 && account.gid > 0 ? account : undefined;
}

/**
 * PostgreSQL refuses to run as root. For root this gives an unprivileged account of the machine (it must have a line in
 * /etc/passwd, because initdb looks its name up), made when there is none; for everybody else `undefined`.
 * @throws StackError when root has no such account and cannot make one.
 */
export function postgresSystemUser(): SystemUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of [...existingAccounts, ownAccount]) {
    const account = findAccount(name);
    if (account) return account;
  }
  spawnSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/bin/false", ownAccount]);
  const made = findAccount(ownAccount);
  if (made) return made;
  throw new StackError(
    "PostgreSQL does not run as root and this machine has no unprivileged account for it. Run the command as an ordinary user, or make one with `useradd --system cedarpg`.",
  );
}

/** Whether that user can enter the folder and write in it, asked of the system itself rather than guessed from modes. */
export function isUsableBy(user: SystemUser | undefined, folder: string): boolean {
  const probe = spawnSync("/bin/sh", ["-c", 'cd -- "$1" && test -w . && test -x .', "sh", folder], {
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
    cwd: "/",
    stdio: "ignore",
  });
  return probe.status === 0;
}
