"use client";
/** Every primitive in every look, and every gap. */
import { type ReactNode, useState } from "react";
import styles from "@/components/gallery/gallery.module.css";
import { gapCases } from "@/components/gallery/gap-cases";
import { GapNote } from "@/components/panels/gap-note";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { Dialog } from "@/components/ui/dialog";
import { EmptyState } from "@/components/ui/empty-state";
import { Field } from "@/components/ui/field";
import { Mark } from "@/components/ui/mark";
import { Popover } from "@/components/ui/popover";
import { Select } from "@/components/ui/select";
import { Skeleton } from "@/components/ui/skeleton";
import { Table } from "@/components/ui/table";
import { Tabs } from "@/components/ui/tabs";
import { Tag } from "@/components/ui/tag";
import { Toasts } from "@/components/ui/toast";
import { Tooltip } from "@/components/ui/tooltip";
import { Tree } from "@/components/ui/tree";
import { VerdictMark } from "@/components/ui/verdict-mark";

const verdicts = ["waiting", "found", "partial", "nothing", "failed"] as const;
const tones = ["plain", "error", "warning", "good", "change", "onset"] as const;
const nothing = (): void => {};
const longWords = "a".repeat(120);

function Sample({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <section className={styles.sample} aria-labelledby={`sample-${name}`}>
      <h2 id={`sample-${name}`}>{name}</h2>
      <div className={styles.row}>{children}</div>
    </section>
  );
}

export function Primitives() {
  return (
    <div className={styles.samples}>
      <Sample name="button">
        <Button>Share</Button>
        <Button look="primary">Investigate</Button>
        <Button look="quiet">Quiet</Button>
        <Button look="link">Look until now</Button>
        <Button disabled>Disabled</Button>
        <Button icon="more" aria-label="More" />
        <Button look="quiet" icon="close" aria-label="Close" />
        <CopyButton text="copied" label="Copy PromQL" />
      </Sample>
      <Sample name="field">
        <Field label="Search lines" look="bare" type="search" />
        <Field label="Trace id" hint="32 or 16 hex digits" defaultValue="7c9d1e2f" />
        <Field label="From" defaultValue="yesterday" problem="from: “yesterday” is no RFC 3339 time" />
      </Sample>
      <Sample name="select">
        <Select label="Environment" value="shop" options={[{ value: "shop", title: "shop" }]} onChoose={nothing} />
        <Select label="Zone" quiet value="utc" options={[{ value: "utc", title: "UTC" }]} onChoose={nothing} />
      </Sample>
      <Sample name="tabs">
        <TabsSample />
      </Sample>
      <Sample name="tag">
        {tones.map((tone) => (
          <Tag key={tone} tone={tone}>
            {tone}
          </Tag>
        ))}
        <Tag>{longWords}</Tag>
      </Sample>
      <Sample name="verdict">
        {verdicts.map((verdict) => (
          <span key={verdict}>
            <VerdictMark verdict={verdict} /> {verdict}
          </span>
        ))}
        <Mark />
      </Sample>
      <Sample name="table">
        <Table
          label="Series"
          columns={[{ title: "Service" }, { title: "before", number: true }, { title: "after", number: true }]}
          rows={[
            { id: "a", cells: ["gateway", "0.1 %", "38.2 %"] },
            { id: "b", cells: ["payment", "11.0 %", "9.7 %"] },
          ]}
        />
        <Table
          label="Attributes"
          rows={[
            { id: "a", cells: ["http.route", "/checkout"] },
            { id: "b", cells: ["a.long.key.that.does.not.end", longWords] },
          ]}
        />
      </Sample>
      <Sample name="tree">
        <Tree
          open
          label="Services"
          nodes={[
            {
              id: "payment",
              label: <b>payment</b>,
              children: [
                { id: "metrics", label: <code>{'{job="shop/payment"}'}</code>, children: [] },
                { id: "lines", label: <code>{`{app="${longWords}"}`}</code>, children: [] },
              ],
            },
            { id: "stock", label: <b>stock</b>, children: [] },
          ]}
        />
      </Sample>
      <Sample name="empty">
        <EmptyState text="No line passes the filter." />
        <EmptyState
          failed
          text="Alertmanager did not answer in 10 s."
          next={<Button>Look again</Button>}
          kind="timeout"
        />
      </Sample>
      <Sample name="skeleton">
        <Skeleton rows={4} />
      </Sample>
    </div>
  );
}

function TabsSample() {
  const [chosen, setChosen] = useState<"own" | "around" | "patterns">("own");
  return (
    <div>
      <Tabs
        label="Which lines"
        controls="sample-panel"
        chosen={chosen}
        onChoose={setChosen}
        tabs={[
          { key: "own", title: "This trace", count: 41 },
          { key: "around", title: "Errors around ±5 min", count: 48_210 },
          { key: "patterns", title: "Patterns" },
        ]}
      />
      <p id="sample-panel" role="tabpanel" aria-labelledby={`sample-panel-tab-${chosen}`}>
        {chosen}
      </p>
    </div>
  );
}

/** What floats; the dialog opens by its button. */
export function Overlays() {
  const [open, setOpen] = useState(false);
  const [toasts, setToasts] = useState([
    "Part of the stream could not be read and was skipped.",
    `The server sent something this page does not know (${longWords}): skipped.`,
  ]);
  return (
    <div className={styles.samples}>
      <Sample name="dialog">
        <Button onClick={() => setOpen(true)}>Open the dialog</Button>
        {open && (
          <Dialog title="Keys" onClose={() => setOpen(false)}>
            <p>Esc closes it; focus goes back to where it came from.</p>
          </Dialog>
        )}
      </Sample>
      <Sample name="popover">
        <Popover label="Which chat" button={{ children: "Open the popover" }}>
          {(close) => <Button onClick={close}>Put it away</Button>}
        </Popover>
      </Sample>
      <Sample name="tooltip">
        <Tooltip words="Weight 94 of 100: onset, trace and 11 log lines agree.">
          {(id) => (
            <Button look="quiet" aria-describedby={id}>
              strong
            </Button>
          )}
        </Tooltip>
      </Sample>
      <Toasts toasts={toasts} onAway={(away) => setToasts(toasts.filter((toast) => toast !== away))} />
    </div>
  );
}

export function Gaps() {
  return (
    <ul className={styles.gaps}>
      {gapCases.map((gap) => (
        <li key={gap.reason}>
          <GapNote gap={gap} />
        </li>
      ))}
    </ul>
  );
}
