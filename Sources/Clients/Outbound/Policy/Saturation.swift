extension Int64 {
    /// The sum, or the largest number there is: whoever configures "for ever" means that.
    func saturatingAdd(_ other: Int64) -> Int64 {
        let (sum, isTooLarge) = addingReportingOverflow(other)
        return isTooLarge ? .max : sum
    }
}
