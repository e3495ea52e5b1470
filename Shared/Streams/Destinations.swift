/// Every partition that outputs may go to, numbered, so that a task keeps its links in an array.
struct Destinations {
    struct Topic {
        let name: String
        fileprivate let partitions: Int32
        fileprivate let first: Int
        fileprivate let isLinked: Bool
    }

    let topics: [Topic]
    let all: [TopicPartition]
    /// All that the application has, whether or not a broker knew of each at the start.
    let names: [String]

    init(_ specifications: [TopicSpecification], of topology: any Topology) {
        let (ours, compacted) = (topology.topics, topology.compacted)
        var topics: [Topic] = []
        var all: [TopicPartition] = []
        for topic in specifications where ours.contains(topic.name) {
            let isLinked = !topic.isCompacted && !compacted.contains(topic.name)
            topics.append(Topic(name: topic.name, partitions: topic.partitions, first: all.count, isLinked: isLinked))
            all += (0..<topic.partitions).map { TopicPartition(topic.name, $0) }
        }
        self.topics = topics
        self.all = all
        names = ours.sorted()
    }

    func find(_ output: Output) throws(LogError) -> (number: Int, isLinked: Bool) {
        for topic in topics where topic.name == output.topic {
            let partition =
                output.partition
                ?? Partitioner.partition(of: output.partitionKey ?? output.key, count: topic.partitions)
            return (topic.first + Int(partition), topic.isLinked)
        }
        throw .unknownTopic(output.topic)
    }
}
