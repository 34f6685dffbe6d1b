import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['build', 'dist', 'coverage', 'tools', 'node_modules', 'scripts', 'bench', 'examples', '*.js', '*.cjs'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      complexity: ['error', 12],
      'no-console': 'error',
      'object-shorthand': 'error',
    },
  },
  {
    // Workflow code is replayed: nothing in it may reach the machine, the clock of the machine, or the network.
    files: ['src/workflows/**', 'src/domain/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', '@aws-sdk/*', '@smithy/*'] }],
      'no-restricted-globals': ['error', 'fetch', 'process', 'setInterval', 'Buffer'],
    },
  },
);
