import XMLTree

/// The types the engine knows without a declaration. A specification's own type of the same name goes first.
enum InternalTypes {
    /// Definitions by name.
    static let definitions: [String: XMLNode] = {
        // The text below is ours and a test reads every type of it, so parsing it does not fail.
        guard let root = (try? XMLDocument.parse(schema))?.root else { return [:] }
        return Dictionary(root.elements.map { ($0.attribute("name") ?? "", $0) }, uniquingKeysWith: { first, _ in first })
    }()

    /// The name and those of the internal types its definition needs, each once.
    static func closure(of name: String) -> [String] {
        var names: [String] = [], left = [name]
        while let next = left.popLast() {
            guard let definition = definitions[next], !names.contains(next) else { continue }
            names.append(next)
            var nodes = definition.elements
            while let node = nodes.popLast() {
                if let type = node.attribute("type"), !type.hasPrefix("xs:") { left.append(type) }
                nodes += node.elements
            }
        }
        return names
    }

    private static let schema = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
          <xs:complexType name="YDocumentType"><xs:sequence>
            <xs:element name="id" type="xs:long" minOccurs="0"/>
            <xs:element name="name" type="xs:string"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YStringListType"><xs:sequence>
            <xs:element name="item" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YTimerType"><xs:sequence>
            <xs:element name="trigger"><xs:simpleType><xs:restriction base="xs:string">
              <xs:enumeration value="OnEnabled"/><xs:enumeration value="OnExecuting"/>
            </xs:restriction></xs:simpleType></xs:element>
            <xs:element name="expiry" type="xs:string"/>
            <xs:element name="workdays" type="xs:boolean"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoLatLongType"><xs:sequence>
            <xs:element name="latitude"><xs:simpleType><xs:restriction base="xs:decimal">
              <xs:minInclusive value="-90"/><xs:maxInclusive value="90"/>
            </xs:restriction></xs:simpleType></xs:element>
            <xs:element name="longitude"><xs:simpleType><xs:restriction base="xs:decimal">
              <xs:minInclusive value="-180"/><xs:maxInclusive value="180"/>
            </xs:restriction></xs:simpleType></xs:element>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoMarkerType"><xs:sequence>
            <xs:element name="label" type="xs:string" minOccurs="0"/>
            <xs:element name="point" type="YGeoLatLongType"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoCircleType"><xs:sequence>
            <xs:element name="label" type="xs:string" minOccurs="0"/>
            <xs:element name="center" type="YGeoLatLongType"/>
            <xs:element name="radius" type="xs:float"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoRectType"><xs:sequence>
            <xs:element name="label" type="xs:string" minOccurs="0"/>
            <xs:element name="top-left" type="YGeoLatLongType"/>
            <xs:element name="bottom-right" type="YGeoLatLongType"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoPolygonType"><xs:sequence>
            <xs:element name="label" type="xs:string" minOccurs="0"/>
            <xs:element name="vertex" type="YGeoLatLongType" minOccurs="2" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoLatLongListType"><xs:sequence>
            <xs:element name="latlong" type="YGeoLatLongType" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoMarkerListType"><xs:sequence>
            <xs:element name="marker" type="YGeoMarkerType" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoCircleListType"><xs:sequence>
            <xs:element name="circle" type="YGeoCircleType" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoRectListType"><xs:sequence>
            <xs:element name="rect" type="YGeoRectType" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
          <xs:complexType name="YGeoPolygonListType"><xs:sequence>
            <xs:element name="polygon" type="YGeoPolygonType" maxOccurs="unbounded"/>
          </xs:sequence></xs:complexType>
        </xs:schema>
        """
}
