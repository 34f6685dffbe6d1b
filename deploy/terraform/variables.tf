variable "cluster" {
  description = "Name of the cluster: value of the tag neuwerk:cluster, and prefix of the names of all resources."
  type        = string
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9-]{0,19}$", var.cluster))
    error_message = "Expected 1 to 20 letters, digits and hyphens, as in fw-prod."
  }
}

variable "vpc_id" {
  description = "VPC of the appliances."
  type        = string
}

variable "subnet_ids" {
  description = "Subnets of the appliances and of the load balancer, one for each zone."
  type        = list(string)
}

variable "ami_id" {
  description = "Image of the appliance. It needs systemd, and Node 20.19 or later or dnf to install it."
  type        = string
}

variable "instance_type" {
  description = "Type of the instances."
  type        = string
  default     = "c7i.large"
}

variable "size" {
  description = "How many appliances: at least, wanted, at most."
  type        = object({ min = number, desired = number, max = number })
  default     = { min = 2, desired = 2, max = 4 }
}

variable "package_url" {
  description = "HTTPS address of the package that `npm pack` makes, such as that of an object in S3."
  type        = string
}

variable "package_sha256" {
  description = "Its SHA-256, in hexadecimal: what does not match is not installed."
  type        = string
}

variable "temporal_env" {
  description = "How Temporal is reached, as every Temporal tool reads it: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the like. Not for secrets: user data can be read by whoever may describe instances."
  type        = map(string)
}

variable "drain_seconds" {
  description = "Drain period of the agents, and deregistration delay of the target group."
  type        = number
  default     = 60
}

variable "stop_budget_seconds" {
  description = "What systemd and the lifecycle hook grant an agent to leave: `drawbridge doctor --stop-budget --drain <drain_seconds>` prints it."
  type        = number
  default     = 1277
}

variable "health_port" {
  description = "Port of the agents' health endpoint."
  type        = number
  default     = 8080
}

variable "tunnel_policy" {
  description = "Without a GENEVE interface: require fails the startup, warn goes on. warn for appliances whose interface only appears with traffic."
  type        = string
  default     = "require"
}

variable "tags" {
  description = "More tags, for all resources."
  type        = map(string)
  default     = {}
}
