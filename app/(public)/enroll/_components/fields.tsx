import type { InputHTMLAttributes } from "react";
import styles from "./enroll.module.css";

type Shared = { name: string; label: string; hint?: string; errors?: readonly string[] | undefined };

/** Ids that tie hint and error to their control. */
function describedBy({ name, hint, errors }: Shared): string | undefined {
  const ids = [...(hint ? [`${name}-hint`] : []), ...(errors?.length ? [`${name}-error`] : [])];
  return ids.length > 0 ? ids.join(" ") : undefined;
}

function Remarks({ name, hint, errors }: Shared) {
  return (
    <>
      {hint && (
        <span className={styles.hint} id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {errors && errors.length > 0 && (
        <span className={styles.error} id={`${name}-error`}>
          {errors.join(" ")}
        </span>
      )}
    </>
  );
}

type TextFieldProps = Shared & Omit<InputHTMLAttributes<HTMLInputElement>, "name" | "id">;

export function TextField({ name, label, hint, errors, ...input }: TextFieldProps) {
  const shared = { name, label, ...(hint ? { hint } : {}), errors };
  return (
    <div className={styles.field}>
      <label htmlFor={name}>{label}</label>
      <input
        {...input}
        className={styles.control}
        id={name}
        name={name}
        aria-invalid={errors?.length ? true : undefined}
        aria-describedby={describedBy(shared)}
      />
      <Remarks {...shared} />
    </div>
  );
}

export function TextArea({
  name,
  label,
  hint,
  errors,
  ...input
}: Shared & { defaultValue: string; maxLength: number }) {
  const shared = { name, label, ...(hint ? { hint } : {}), errors };
  return (
    <div className={styles.field}>
      <label htmlFor={name}>{label}</label>
      <textarea
        {...input}
        className={styles.control}
        id={name}
        name={name}
        rows={3}
        aria-invalid={errors?.length ? true : undefined}
        aria-describedby={describedBy(shared)}
      />
      <Remarks {...shared} />
    </div>
  );
}

type Choice = { value: string; label: string };

export function Select({
  name,
  label,
  hint,
  errors,
  options,
  defaultValue,
}: Shared & { options: readonly Choice[]; defaultValue: string }) {
  const shared = { name, label, ...(hint ? { hint } : {}), errors };
  return (
    <div className={styles.field}>
      <label htmlFor={name}>{label}</label>
      <select
        className={styles.control}
        id={name}
        name={name}
        defaultValue={defaultValue}
        key={defaultValue}
        aria-invalid={errors?.length ? true : undefined}
        aria-describedby={describedBy(shared)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Remarks {...shared} />
    </div>
  );
}

/** One or several of a few, side by side. */
export function Chips({
  name,
  label,
  hint,
  errors,
  kind,
  options,
  chosen,
}: Shared & { kind: "radio" | "checkbox"; options: readonly Choice[]; chosen: readonly string[] }) {
  const shared = { name, label, ...(hint ? { hint } : {}), errors };
  return (
    <fieldset className={styles.fieldset} id={name} aria-describedby={describedBy(shared)}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.chips}>
        {options.map((option) => (
          <label className={styles.chip} key={option.value}>
            <input
              type={kind}
              name={name}
              value={option.value}
              defaultChecked={chosen.includes(option.value)}
            />
            {option.label}
          </label>
        ))}
      </div>
      <Remarks {...shared} />
    </fieldset>
  );
}
