import Workflow

/// A loaded specification: the file as it came, and what is needed to find it.
public struct SpecificationRecord: Sendable, Equatable {
    public var internalID: Int64
    public var id: SpecificationID
    public var source: [UInt8]
    /// Which of several specifications in the file it is.
    public var indexInFile: Int
    public var loadedAt: Int64
    public var loadedBy: String
    /// False once it has been unloaded; finished cases still name it.
    public var isLoaded: Bool
    public var version: Int64
    /// Hash of its last event.
    public var chain: [UInt8]
    /// What was proven of it when it was loaded; nil when that was before there were proofs.
    public var certificate: SoundnessCertificate?

    public init(
        internalID: Int64, id: SpecificationID, source: [UInt8], indexInFile: Int, loadedAt: Int64, loadedBy: String,
        isLoaded: Bool, version: Int64, chain: [UInt8], certificate: SoundnessCertificate? = nil
    ) {
        self.internalID = internalID
        self.id = id
        self.source = source
        self.indexInFile = indexInFile
        self.loadedAt = loadedAt
        self.loadedBy = loadedBy
        self.isLoaded = isLoaded
        self.version = version
        self.chain = chain
        self.certificate = certificate
    }
}
