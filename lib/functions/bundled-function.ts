import { fileURLToPath } from 'node:url';
import { ArnFormat, type Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, LoggingFormat, Runtime, SystemLogLevel, Tracing } from 'aws-cdk-lib/aws-lambda';
import { type BundlingOptions, NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { acknowledge } from '../checks/acknowledge.ts';
import type { LogPlacement } from '../log/event-log.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** CommonJS packages in an ESM bundle call `require` for Node's own modules. */
const REQUIRE_SHIM = "import{createRequire as r}from'node:module';const require=r(import.meta.url);";

const BUNDLING: BundlingOptions = {
  format: OutputFormat.ESM,
  target: 'node24',
  minify: true,
  sourceMap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  // Everything is bundled, the AWS SDK too: what was tested is what runs, whatever the runtime brings along.
  externalModules: [],
  banner: REQUIRE_SHIM,
};

/** Stack traces in our own lines; kafkajs's harmless complaint about negative timeouts is left out. */
const NODE_OPTIONS = '--enable-source-maps --disable-warning=TimeoutNegativeWarning';

const COMMON = {
  projectRoot: ROOT,
  depsLockFilePath: `${ROOT}package-lock.json`,
  runtime: Runtime.NODEJS_24_X,
  architecture: Architecture.ARM_64,
  loggingFormat: LoggingFormat.JSON,
  // Lambda's own lines for each start and end would double the log.
  systemLogLevelV2: SystemLogLevel.WARN,
} as const;

export type BundledFunctionProps = {
  settings: StageSettings;
  /** What comes behind `bazaarstream-STAGE-` in its name. */
  name: string;
  /** The folder whose `handler.ts` it is. */
  folder: string;
  description: string;
  timeout: Duration;
  memoryMib: number;
  environment?: Readonly<Record<string, string>>;
  placement?: LogPlacement | undefined;
  /** Commands of a shell that put further files beside the bundle. */
  afterBundling?: (projectFolder: string, bundleFolder: string) => string[];
};

/**
 * A function of ours with what all have in common: Arm, the current Node, one bundle, JSON logs that expire, and a role
 * that may write its own log and nothing else until something is granted.
 */
export class BundledFunction extends NodejsFunction {
  /** Made of the name: what the function depends on, as its policy, can name it by this alone. */
  readonly ownArn: string;
  readonly executionRole: Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    const { settings, placement } = props;
    const functionName = functionNameOf(settings, props.name);
    const { logGroup, role } = logAndRole(scope, id, functionName, settings);
    // Inside of the network there is no way to X-Ray.
    const isTraced = settings.tracing && placement === undefined;
    super(scope, id, {
      ...COMMON,
      ...(placement ?? {}),
      functionName,
      role,
      logGroup,
      entry: `${ROOT}${props.folder}/handler.ts`,
      description: props.description,
      timeout: props.timeout,
      memorySize: props.memoryMib,
      tracing: isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        NODE_OPTIONS,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespace(settings),
        ...props.environment,
      },
      bundling: { ...BUNDLING, ...(props.afterBundling === undefined ? {} : hooked(props.afterBundling)) },
    });
    this.ownArn = Stack.of(scope).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: functionName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.executionRole = role;
    if (isTraced) acknowledge(role, 'IAM5[Resource::*]', 'what X-Ray is sent knows no resources');
  }
}

function hooked(afterBundling: NonNullable<BundledFunctionProps['afterBundling']>): BundlingOptions {
  return { commandHooks: { beforeBundling: () => [], beforeInstall: () => [], afterBundling } };
}

function logAndRole(scope: Construct, id: string, functionName: string, { logRetentionDays }: StageSettings) {
  const logGroup = new LogGroup(scope, `${id}Log`, {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: logRetentionDays as RetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const role = new Role(scope, `${id}Role`, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    description: `what ${functionName} may do`,
  });
  const actions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
  role.addToPolicy(new PolicyStatement({ actions, resources: [logGroup.logGroupArn] }));
  return { logGroup, role };
}

/** The name under which a function is called, by people as well. */
export function functionNameOf({ stage }: Pick<StageSettings, 'stage'>, name: string): string {
  return `bazaarstream-${stage}-${name}`;
}

/** The namespace of a stage's own metrics in CloudWatch. */
export function metricsNamespace({ stage }: Pick<StageSettings, 'stage'>): string {
  return `BazaarStream/${stage}`;
}
