import type { InputHTMLAttributes, TextareaHTMLAttributes } from "react";
import styles from "./form-field.module.css";

type Shared = {
  name: string;
  /** The element's id; the name unless two forms of one page have a field of this name. */
  id?: string;
  label: string;
  hint?: string | undefined;
  errors?: readonly string[] | undefined;
};

function idOf({ id, name }: Shared): string {
  return id ?? name;
}

/** Ids that tie hint and error to their control. */
function describedBy(field: Shared): string | undefined {
  const id = idOf(field);
  const ids = [...(field.hint ? [`${id}-hint`] : []), ...(field.errors?.length ? [`${id}-error`] : [])];
  return ids.length > 0 ? ids.join(" ") : undefined;
}

function Remarks({ field }: { field: Shared }) {
  const id = idOf(field);
  return (
    <>
      {field.hint && (
        <span className={styles.hint} id={`${id}-hint`}>
          {field.hint}
        </span>
      )}
      {field.errors && field.errors.length > 0 && (
        <span className={styles.error} id={`${id}-error`}>
          {field.errors.join(" ")}
        </span>
      )}
    </>
  );
}

function controlProps(field: Shared) {
  return {
    className: styles.control,
    id: idOf(field),
    name: field.name,
    "aria-invalid": field.errors?.length ? true : undefined,
    "aria-describedby": describedBy(field),
  } as const;
}

type InputProps = Shared & Omit<InputHTMLAttributes<HTMLInputElement>, "name" | "id" | "className">;

/** One line of text, a number, a date or a time, with its label, hint and error. */
export function InputField({ name, id, label, hint, errors, ...input }: InputProps) {
  const field = { name, label, hint, errors, ...(id ? { id } : {}) };
  return (
    <div className={styles.field}>
      <label htmlFor={idOf(field)}>{label}</label>
      <input {...input} {...controlProps(field)} />
      <Remarks field={field} />
    </div>
  );
}

type AreaProps = Shared & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "name" | "id" | "className">;

/** Several lines of text. */
export function AreaField({ name, id, label, hint, errors, ...area }: AreaProps) {
  const field = { name, label, hint, errors, ...(id ? { id } : {}) };
  return (
    <div className={styles.field}>
      <label htmlFor={idOf(field)}>{label}</label>
      <textarea rows={3} {...area} {...controlProps(field)} />
      <Remarks field={field} />
    </div>
  );
}

export type Choice = { readonly value: string; readonly label: string };

type ChoiceProps = Shared & {
  options: readonly Choice[];
  value: string;
  onChoose?: (value: string) => void;
};

/** One of a list. `value` is what stands in it at first; it is renewed when the value changes. */
export function ChoiceField({ name, id, label, hint, errors, options, value, onChoose }: ChoiceProps) {
  const field = { name, label, hint, errors, ...(id ? { id } : {}) };
  return (
    <div className={styles.field}>
      <label htmlFor={idOf(field)}>{label}</label>
      <select
        key={onChoose ? undefined : value}
        {...controlProps(field)}
        {...(onChoose
          ? { value, onChange: (event) => onChoose(event.currentTarget.value) }
          : { defaultValue: value })}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <Remarks field={field} />
    </div>
  );
}

type SeveralProps = Shared & {
  options: readonly Choice[];
  chosen: readonly string[];
  /** `radio`: only one of them. */
  kind?: "checkbox" | "radio";
};

/** Several of a few, or one of them, side by side. */
export function SeveralField({
  name,
  id,
  label,
  hint,
  errors,
  options,
  chosen,
  kind = "checkbox",
}: SeveralProps) {
  const field = { name, label, hint, errors, ...(id ? { id } : {}) };
  return (
    <fieldset className={styles.fieldset} id={idOf(field)} aria-describedby={describedBy(field)}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.chips} key={chosen.join()}>
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
      <Remarks field={field} />
    </fieldset>
  );
}

/** A form's errors under the ids that the fields of this form have. */
export function prefixed(
  prefix: string,
  errors: Readonly<Record<string, readonly string[]>> | undefined,
): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(errors ?? {}).map(([name, found]) => [`${prefix}${name}`, found]));
}
