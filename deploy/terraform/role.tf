# What an appliance may do. Its policy compares the tag of the role with that of the target group: deploy/iam/README.md.

resource "aws_iam_role" "this" {
  name_prefix = "${var.cluster}-agent-"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
  tags = merge(var.tags, { "neuwerk:cluster" = var.cluster })
}

resource "aws_iam_role_policy" "agent" {
  name   = "drawbridge"
  role   = aws_iam_role.this.id
  policy = file("${path.module}/../iam/agent.json")
}

# So that a termination goes on as soon as the agent has left.
resource "aws_iam_role_policy" "lifecycle" {
  name = "lifecycle-hook"
  role = aws_iam_role.this.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "EndOwnTermination"
      Effect   = "Allow"
      Action   = "autoscaling:CompleteLifecycleAction"
      Resource = aws_autoscaling_group.this.arn
    }]
  })
}

resource "aws_iam_instance_profile" "this" {
  name_prefix = "${var.cluster}-agent-"
  role        = aws_iam_role.this.name
  tags        = var.tags
}
