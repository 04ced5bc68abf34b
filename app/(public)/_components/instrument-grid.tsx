import type { Route } from "next";
import Link from "next/link";
import { InstrumentArt } from "@/components/brand/instrument-art";
import type { Instrument } from "@/lib/academy/schema";
import styles from "./instrument-grid.module.css";

/** Every instrument with its drawing and the age from which it is taught. */
export function InstrumentGrid({ instruments }: { instruments: readonly Instrument[] }) {
  return (
    <ul className={styles.grid}>
      {instruments.map((instrument) => (
        <li key={instrument.slug}>
          <Link href={`/lessons/${instrument.slug}` as Route} className={styles.tile}>
            <InstrumentArt slug={instrument.slug} size={60} />
            <span className={styles.name}>{instrument.name}</span>
            <span className={styles.age}>from age {instrument.minimumAge}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
