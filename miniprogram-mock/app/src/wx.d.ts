/** The two of WeChat's own calls that uni does not wrap. */
declare const wx: {
  env: { USER_DATA_PATH: string }
  getFileSystemManager(): { writeFileSync(path: string, data: string, encoding: 'utf8'): void }
  shareFileMessage(options: { filePath: string; fileName: string; complete: () => void }): void
}
