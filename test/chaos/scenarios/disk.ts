import { query } from '../../brackets/query.ts';
import { swallowsFailures } from '../controls/statements.ts';
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../engines/small-disk.ts';
import type { Scenario } from '../scenario.ts';

const disks = new Map<string, SmallDisk>();

/** The tables lie on a disk of their own, which fills up. */
export const disk: readonly Scenario[] = [
  {
    name: 'disk full',
    injected: 'the disk under the tables is filled to the last byte, and given room again',
    control: swallowsFailures,
    unable: whyNoSmallDisk,
    async database({ folder, name, adminUrl }) {
      const tablespace = `${name}_disk`;
      const made = await mountSmallDisk(`${folder}/${tablespace}`);
      await query(adminUrl, `create tablespace ${tablespace} location '${made.data}'`);
      disks.set(name, made);
      return {
        tablespace,
        async cleanUp() {
          await query(adminUrl, `drop tablespace ${tablespace}`);
          await made.unmount();
        },
      };
    },
    async inject({ shop, pause, ledger, seconds }) {
      const disk = disks.get(shop.database.name);
      let refused = 0;
      shop.sql.fault = async (request, next) => {
        const answer = await next(request);
        if (answer.body.includes('"53100"')) refused += 1;
        return answer;
      };
      const before = ledger.acknowledged.size;
      await disk?.fill();
      await pause(seconds * 1000);
      const meanwhile = ledger.acknowledged.size - before;
      await disk?.free();
      shop.sql.fault = undefined;
      return `${refused} transactions refused (53100), ${meanwhile.toLocaleString('en')} events acknowledged meanwhile`;
    },
  },
];
