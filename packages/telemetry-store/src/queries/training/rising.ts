import type { RunScale } from './run-scale.ts';

/**
 * SQL over the rows of one cell in `training_cells`: whether its points are one row in which the step rises with the time; of a
 * run without order, whether no step came twice. Never true where they are not. `training_block` says what a block is.
 */
export function rising({ ordered }: Pick<RunScale, 'ordered'>): string {
  const steps = 'bitAnd(bitShiftRight(one, 52), 63) < bitShiftRight(next, 58)';
  const times = `bitAnd(one, ${2 ** 26 - 1}) < bitAnd(bitShiftRight(next, 26), ${2 ** 26 - 1})`;
  return `(
            bitAnd(groupBitOr(Disorder), ${ordered ? 3 : 1}) = 0
            AND arrayAll((one, next) -> ${ordered ? `${steps} AND ${times}` : steps},
              arrayPopBack(arraySort(groupUniqArrayArray(Blocks))), arrayPopFront(arraySort(groupUniqArrayArray(Blocks))))
          )`;
}
