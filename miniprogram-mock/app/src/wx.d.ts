/** WeChat's own calls that uni does not wrap. */
declare const wx: {
  env: { USER_DATA_PATH: string }
  getFileSystemManager(): {
    writeFileSync(path: string, data: string, encoding: 'utf8'): void
    saveFile(options: { tempFilePath: string; filePath: string; success: () => void; fail: (e: unknown) => void }): void
    accessSync(path: string): void
    unlinkSync(path: string): void
    readdirSync(path: string): string[]
  }
  requestPayment(options: {
    timeStamp: string
    nonceStr: string
    package: string
    signType: string
    paySign: string
    complete: (answer: { errMsg: string }) => void
  }): void
  chooseMessageFile(options: {
    count: number
    type: 'file'
    extension: string[]
    success: (answer: { tempFiles: { path: string; name: string }[] }) => void
    fail: () => void
  }): void
  getRandomValues(options: { length: number; success: (answer: { randomValues: ArrayBuffer }) => void; fail: (e: unknown) => void }): void
  shareFileMessage(options: { filePath: string; fileName: string; complete: () => void }): void
}
