import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { DockerImage } from 'aws-cdk-lib';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

const SPARK_FOLDER = fileURLToPath(new URL('../../ml/spark/', import.meta.url));
const PIP_TIMEOUT_MS = 300_000;
/** The Python of the images of emr-7.x, and their processors. */
const PIP_TARGET = ['--python-version', '3.9', '--platform', 'manylinux2014_aarch64', '--only-binary', ':all:'];

/** The job's files in the bucket of the CDK's assets: where it starts, its modules, and the packages that they need. */
export class SparkJobFiles extends Construct {
  readonly entryPoint: Asset;
  readonly modules: Asset;
  readonly packages: Asset;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.entryPoint = new Asset(this, 'EntryPoint', { path: `${SPARK_FOLDER}train.py` });
    this.modules = new Asset(this, 'Modules', {
      path: SPARK_FOLDER,
      exclude: ['**', '!offline_model', '!offline_model/*.py'],
    });
    this.packages = new Asset(this, 'Packages', {
      path: SPARK_FOLDER,
      exclude: ['**', '!requirements.txt'],
      bundling: {
        // Never used: pip finds packages for other machines too, so that nobody needs Docker.
        image: DockerImage.fromRegistry('scratch'),
        local: { tryBundle: installPackages },
      },
    });
  }
}

function installPackages(target: string): true {
  const requirements = `${SPARK_FOLDER}requirements.txt`;
  const args = ['-m', 'pip', 'install', '--quiet', '--target', target, ...PIP_TARGET, '--requirement', requirements];
  const { status, stderr, error } = spawnSync('python3', args, { encoding: 'utf8', timeout: PIP_TIMEOUT_MS });
  if (status !== 0)
    throw new Error(`packages for Spark could not be fetched: ${error?.message ?? stderr}; needed is python3 with pip`);
  return true;
}
