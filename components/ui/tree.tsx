/** Things that hold things: each branch a native fold, so that it works before any script and in find-in-page. */
import type { ReactNode } from "react";
import styles from "@/components/ui/tree.module.css";

export type TreeNode = {
  /** Unique among its siblings. */
  readonly id: string;
  readonly label: ReactNode;
  readonly children: readonly TreeNode[];
};

type Props = {
  readonly nodes: readonly TreeNode[];
  readonly label: string;
  /** Branches are open at first. */
  readonly open?: boolean;
};

export function Tree({ nodes, label, open = false }: Props) {
  return (
    <ul className={styles.tree} aria-label={label}>
      {nodes.map((node) => (
        <li key={node.id}>
          {node.children.length === 0 ? (
            <div className={styles.leaf}>{node.label}</div>
          ) : (
            <details open={open}>
              <summary>{node.label}</summary>
              <Tree nodes={node.children} label={node.id} open={open} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}
